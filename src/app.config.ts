export default defineAppConfig({
  pages: ['pages/goods/index', 'pages/checkout/index', 'pages/result/index'],
  subPackages: [{ root: 'packages/web-view', pages: ['index'] }],
  window: {
    navigationBarTitleText: '山茶小铺',
    navigationBarBackgroundColor: '#F3F5F4',
    navigationBarTextStyle: 'black',
    backgroundColor: '#F3F5F4',
  },
})
