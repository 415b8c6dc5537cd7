import { CallFailure, createCall, type ApiTable } from '../call'
import type { HostContext } from './context'

/** The one entry of this phone's address book. The number is from the range for films and books. */
const entry = {
  userName: '林知夏',
  telNumber: '13800006621',
  provinceName: '浙江省',
  cityName: '杭州市',
  countyName: '西湖区',
  detailInfo: '龙井路 1 号 3 幢 502',
  postalCode: '310013',
  nationalCode: '330106',
}

/**
 * `chooseAddress`: the host shows its address book and hands out what the person picks.
 * @param mayAsk what the host demands first; rejects with its refusal
 * UNVERIFIED: that QQ gives the same fields, cancels with the same text and never asks for consent first.
 * @see https://developers.weixin.qq.com/miniprogram/dev/api/open-api/address/wx.chooseAddress.html
 */
export function addressCalls({ instance, overlays }: HostContext, mayAsk: () => Promise<void>): ApiTable {
  return {
    chooseAddress: createCall('chooseAddress', instance.scope, async () => {
      await mayAsk()
      const isChosen = await overlays.showModal({
        title: '选择收货地址',
        content: `${entry.userName} ${entry.telNumber} ${entry.cityName}${entry.countyName}${entry.detailInfo}`,
        confirmText: '使用',
        cancelText: '取消',
      })
      if (!isChosen) throw new CallFailure('cancel')
      return entry
    }),
  }
}
