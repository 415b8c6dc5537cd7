export default definePageConfig({
  navigationBarTitleText: '山茶小铺',
  enablePullDownRefresh: true,
  enableShareAppMessage: true,
})
