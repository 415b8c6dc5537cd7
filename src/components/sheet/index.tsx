import { View } from '@tarojs/components'
import type { PropsWithChildren } from 'react'
import { Icon } from '../icon'
import { Tap } from '../tap'
import './index.scss'

export interface SheetProps extends PropsWithChildren {
  readonly title: string
  /** Draws the title with a close button. Without this label the content has its own headline. */
  readonly closeLabel?: string
  readonly onClose?: () => void
}

/** A dialog at the bottom. The page behind does not scroll; a tap beside the dialog calls `onClose`. */
export function Sheet({ title, closeLabel, onClose, children }: SheetProps) {
  return (
    <View className="sheet" aria-role="dialog" aria-modal="true" aria-label={title}>
      <View className="sheet__scrim" catchMove onClick={onClose} />
      <View className="sheet__body">
        {onClose !== undefined && closeLabel !== undefined && (
          <>
            <View className="sheet__handle" />
            <View className="sheet__head">
              <View className="sheet__name">{title}</View>
              <Tap id="sheet-close" className="sheet__close" label={closeLabel} onTap={onClose}>
                <Icon name="close" />
              </Tap>
            </View>
          </>
        )}
        {children}
      </View>
    </View>
  )
}
