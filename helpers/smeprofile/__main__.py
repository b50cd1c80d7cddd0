from smeprofile.cli import main

main()
