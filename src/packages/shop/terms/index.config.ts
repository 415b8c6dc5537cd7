export default definePageConfig({ navigationBarTitleText: '购买须知与退款说明' })
