import { View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { useEffect, type CSSProperties, type PropsWithChildren } from 'react'
import { useStore } from 'zustand'
import { PrivacySheet } from './privacy-sheet'
import { useStores } from './stores-context'

/** From this size on, rows break into two lines, and buttons are stacked. */
const largeTypeScale = 1.3

export interface ScreenProps extends PropsWithChildren {
  /** The title in the navigation bar. */
  readonly title: string
  readonly className?: string
}

/** The outermost element of each page: title, theme and size of type. */
export function Screen({ title, className, children }: ScreenProps) {
  const { settings } = useStores()
  const { themeChoice, fontScale } = useStore(settings)
  useDidShow(() => {
    settings.refresh()
    settings.setBar(title)
  })
  useEffect(() => settings.setBar(title), [settings, title, themeChoice])
  const classes = [
    'screen',
    className,
    themeChoice !== null && `theme-${themeChoice}`,
    fontScale > largeTypeScale && 'large-type',
  ]
  return (
    <View className={classes.filter(Boolean).join(' ')} style={styleOf(fontScale)}>
      {children}
      <PrivacySheet />
    </View>
  )
}

/** The factor that all type sizes are multiplied by. */
function styleOf(fontScale: number): CSSProperties {
  return { '--font-scale': fontScale } as CSSProperties
}
