// A prebuilt JupyterLab extension, written by hand: what webpack's module federation would emit,
// less the bundle. JupyterLab calls init() with the modules it shares, then get('./extension').
(() => {
  const here = document.currentScript.src;
  let shared;
  // JupyterLab holds one version of each of its own packages.
  const share = async name => (await Object.values(shared[name])[0].get())();
  (window._JUPYTERLAB ??= {}).smeprofile = {
    init: scope => void (shared = scope),
    get: async () => {
      const { plugins } = await import(new URL('plugins.js', here));
      const found = await plugins(share);
      return () => ({ __esModule: true, default: found });
    }
  };
})();
