export default defineAppConfig({
  pages: ['pages/goods/index', 'pages/checkout/index', 'pages/result/index'],
  subPackages: [
    {
      root: 'packages/shop',
      pages: ['orders/index', 'order/index', 'me/index', 'address/index', 'pickup/index', 'terms/index'],
    },
  ],
  preloadRule: { 'pages/goods/index': { network: 'all', packages: ['packages/shop'] } },
  // With `darkmode` the host draws the bar in the colours of theme.json; without it the bar stays light, while media queries
  // follow the phone.
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
