export default definePageConfig({ navigationBarTitleText: '山茶小铺' })
