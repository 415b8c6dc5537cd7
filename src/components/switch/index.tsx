import { View } from '@tarojs/components'
import { Tap } from '../tap'
import './index.scss'

export interface SwitchProps {
  readonly id: string
  readonly label: string
  readonly isOn: boolean
  readonly isDisabled?: boolean
  readonly onToggle: (isOn: boolean) => void
}

/** On or off. Drawn by us: the hosts' switches look different, and none follows the theme. */
export function Switch({ id, label, isOn, isDisabled = false, onToggle }: SwitchProps) {
  const look = isDisabled ? 'switch--disabled' : isOn ? 'switch--on' : ''
  return (
    <Tap
      id={id}
      className="switch-target"
      role="switch"
      label={label}
      isChecked={isOn}
      isDisabled={isDisabled}
      onTap={() => onToggle(!isOn)}
    >
      <View className={`switch ${look}`}>
        <View className="switch__knob" />
      </View>
    </Tap>
  )
}
