import { resetTaro } from './taro'

/** Every test file starts with a phone that remembers nothing, and with what a build would have baked in. */
resetTaro()
process.env['TARO_APP_API_BASE'] = 'https://shop.example'
