"""What twelve months of a strategy need beyond the generator. All [P]: simulation parameters.

Prices, funds, loss given default, channels and products are the generator's own
(``simulate/assumptions.py``). They are rough judgements, not estimates. One was added after looking
at what strategies earn: ``PRICE_BAND``. Customers of the generator mind the price so little that
without a limit the best answer to every case would be to ask for more.
"""

MONTHS = 12
CHANNEL_CUSTOMERS = 30_000  # the size of bank that the channels' monthly capacities are meant for
REVIEWERS_PER_CUSTOMER = 5 / 10_000
WORK_HOURS_PER_DAY = 8.0
# Hours of a person's work on one case, by product in the order F1 … F5.
REVIEW_HOURS = (1.0, 2.0, 10.0, 6.0, 8.0)
# A second look by a person sees the quality with so much noise (the bank's score: 0.9).
REVIEW_NOISE = 0.45
REVIEW_POINTS = 10.0  # points a unit of quality, as a reviewer sees it, adds or takes
# Making out a renewal, over a new loan of the same product; and how far under the line the bank renews.
RENEWAL_COST_SHARE = 0.3
RENEWAL_MARGIN = 20.0
CASE_COST_CNY = 20.0  # of one application: system and report
REVIEW_HOUR_COST_CNY = 60.0
RATE_MOST = 0.24  # an offer's highest rate; facts §5: 24 % is a reading of judicial practice
PRICE_BAND = 0.005  # what a branch may move a price by: half a point to either side
OFFERS_MOST = 12  # rows a customer: one a month
# Complaints: of a contact, of one who has been contacted lately, of a decision that took long.
COMPLAINT_OF_CONTACT, COMPLAINT_OF_WEARINESS = 0.0005, 0.001
COMPLAINT_OF_WAITING, LONG_WAIT_HOURS = 0.02, 240.0
COMPLAINT_COST_CNY = 300.0
SATISFIED_IF_REFUSED = 0.3  # with a reason told
SECONDS = 10.0  # that a strategy's own code may take
NOISE_ERRORS = 2.0  # a difference below so many standard errors is noise
