import { View } from '@tarojs/components'

const rows = [1, 2, 3, 4]

export interface GoodsSkeletonProps {
  /** What a screen reader says; the blocks say nothing. */
  readonly label: string
}

/** Stands for the goods while they load, with the same geometry, so that nothing jumps. */
export function GoodsSkeleton({ label }: GoodsSkeletonProps) {
  return (
    <View className="card" aria-role="status" aria-label={label}>
      {rows.map((row) => (
        <View key={row} className="goods-row">
          <View className="goods-art goods-art--large skeleton" />
          <View className="goods-row__body">
            <View className="skeleton skeleton--name" />
            <View className="skeleton skeleton--spec" />
            <View className="goods-row__foot">
              <View className="skeleton skeleton--price" />
              <View className="skeleton skeleton--disc" />
            </View>
          </View>
        </View>
      ))}
    </View>
  )
}
