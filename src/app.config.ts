export default defineAppConfig({
  pages: ['pages/goods/index', 'pages/checkout/index', 'pages/result/index'],
  subPackages: [
    {
      root: 'packages/shop',
      pages: ['orders/index', 'order/index', 'me/index', 'address/index', 'pickup/index', 'terms/index'],
    },
    { root: 'packages/web-view', pages: ['index'] },
  ],
  preloadRule: { 'pages/goods/index': { network: 'all', packages: ['packages/shop'] } },
  // Without `darkmode` the host keeps prefers-color-scheme at light. The colours are in theme.json: the bar is the host's.
  darkmode: true,
  themeLocation: 'theme.json',
  window: {
    navigationBarTitleText: '山茶小铺',
    navigationBarBackgroundColor: '@bg',
    navigationBarTextStyle: '@navText' as 'black',
    backgroundColor: '@bg',
    backgroundTextStyle: '@pullText' as 'dark',
  },
})
