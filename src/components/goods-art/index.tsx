import { View } from '@tarojs/components'
import './index.scss'

export interface GoodsArtProps {
  readonly goodsId: string
  readonly size: 'large' | 'small'
}

/** Drawings by the first word of a goods id. An item without a drawing shows a parcel. */
const drawings: Readonly<Record<string, string>> = {
  tea: 'tea',
  cup: 'cup',
  notebook: 'notebook',
  giftcard: 'giftcard',
}

/** The drawing of an item. Screen readers skip it and say the name beside it. */
export function GoodsArt({ goodsId, size }: GoodsArtProps) {
  const drawing = drawings[goodsId.split('-')[0] ?? ''] ?? 'parcel'
  return <View className={`goods-art goods-art--${size} goods-art--${drawing}`} />
}
