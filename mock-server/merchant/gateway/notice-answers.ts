import { recordToXml } from '../../crypto/xml'
import { v2Acknowledgement } from '../../wire/v2-types'
import type { NoticeAnswers } from './port'

/** V3: WeChat Pay looks at the status only. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861 */
export const jsonAnswers: NoticeAnswers = {
  stored: { status: 204 },
  refused: (status, message) => ({
    status,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ code: 'FAIL', message }),
  }),
}

/** V2: WeChat Pay looks at the body. @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248 */
export const xmlAnswers: NoticeAnswers = {
  stored: { status: 200, contentType: 'text/xml; charset=utf-8', body: recordToXml(v2Acknowledgement) },
  refused: (status, message) => ({
    status,
    contentType: 'text/xml; charset=utf-8',
    body: recordToXml({ return_code: 'FAIL', return_msg: message }),
  }),
}
