import { View } from '@tarojs/components'
import { Icon, type IconName } from '../icon'
import { Tap } from '../tap'
import './index.scss'

export type TabName = 'goods' | 'orders' | 'me'

export interface TabsProps {
  readonly current: TabName
  readonly labels: Readonly<Record<TabName, string>>
  readonly onTab: (tab: TabName) => void
}

const icons: readonly (readonly [TabName, IconName])[] = [
  ['goods', 'shop'],
  ['orders', 'order'],
  ['me', 'person'],
]

/** The three tabs of the shop. Drawn by us: a host's tab bar accepts pages of the main package only. */
export function Tabs({ current, labels, onTab }: TabsProps) {
  return (
    <View className="tabs" aria-role="tablist">
      {icons.map(([name, icon]) => (
        <Tap
          key={name}
          id={`tab-${name}`}
          className={`tabs__tab ${name === current ? 'tabs__tab--current' : ''}`}
          role="tab"
          isSelected={name === current}
          onTap={() => name !== current && onTab(name)}
        >
          <Icon name={icon} />
          <View className="tabs__label">{labels[name]}</View>
        </Tap>
      ))}
    </View>
  )
}
