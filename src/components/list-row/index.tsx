import { View } from '@tarojs/components'
import { Icon, type IconName } from '../icon'
import { Tap } from '../tap'
import './index.scss'

export interface ListRowProps {
  readonly id?: string
  readonly icon?: IconName
  readonly label: string
  readonly value?: string
  /** Below the label. */
  readonly text?: string
  readonly tone?: 'plain' | 'promo'
  /** Without it the row cannot be tapped. */
  readonly onTap?: () => void
}

/** A row of a card: label, value, and a chevron when it can be tapped. */
export function ListRow({ id, icon, label, value = '', text = '', tone = 'plain', onTap }: ListRowProps) {
  const content = (
    <>
      {icon !== undefined && (
        <View className="list-row__icon">
          <Icon name={icon} />
        </View>
      )}
      <View className="list-row__words">
        <View className="list-row__label">{label}</View>
        {text !== '' && <View className="list-row__text">{text}</View>}
      </View>
      {value !== '' && <View className={`list-row__value list-row__value--${tone}`}>{value}</View>}
      {onTap !== undefined && (
        <View className="list-row__chevron">
          <Icon name="chevron" />
        </View>
      )}
    </>
  )
  return onTap === undefined ? (
    <View id={id} className="list-row">
      {content}
    </View>
  ) : (
    <Tap id={id} className="list-row" pressedClass="list-row--pressed" onTap={onTap}>
      {content}
    </Tap>
  )
}
