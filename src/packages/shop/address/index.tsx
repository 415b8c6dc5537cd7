import { Input, View } from '@tarojs/components'
import { useState } from 'react'
import { Button } from '../../../components/button'
import { Banner } from '../../../components/banner'
import { limits, type Address } from '../../../contract/api'
import { Screen } from '../../../pages/screen'
import { useStores } from '../../../pages/stores-context'
import { useShopCopy } from '../copy/use-shop-copy'
import './index.scss'

const empty: Address = { name: '', phone: '', province: '', city: '', district: '', detail: '' }
const fields = ['name', 'phone', 'province', 'city', 'district', 'detail'] as const
const required = ['name', 'phone', 'city', 'detail'] as const

/** Types an address in, where the host has no address book or the payer refuses access to it. */
export default function AddressPage() {
  const { draft, navigation } = useStores()
  const words = useShopCopy().address
  const [address, setAddress] = useState<Address>(() => draft.getState().address ?? empty)
  const [problem, setProblem] = useState('')

  function save(): void {
    const trimmed = fields.reduce<Address>((all, field) => ({ ...all, [field]: address[field].trim() }), empty)
    if (required.some((field) => trimmed[field] === '')) return setProblem(words.incomplete)
    if (!/^\+?[\d -]{7,20}$/.test(trimmed.phone)) return setProblem(words.badPhone)
    draft.saveAddress(trimmed)
    navigation.back()
  }

  return (
    <Screen title={words.title} className="address-page">
      <View className="card">
        {fields.map((field) => (
          <View key={field} className="list-row">
            <View className="address-page__label">{words[field]}</View>
            <Input
              id={`address-${field}`}
              className="address-page__input"
              value={address[field]}
              type={field === 'phone' ? 'number' : 'text'}
              maxlength={limits.addressPart}
              aria-label={words[field]}
              onInput={({ detail }) => setAddress((present) => ({ ...present, [field]: detail.value }))}
            />
          </View>
        ))}
      </View>
      <View className="bar">
        {problem !== '' && (
          <View className="address-page__problem">
            <Banner id="address-problem" tone="danger" title={problem} isUrgent />
          </View>
        )}
        <Button id="address-save" label={words.save} onTap={save} />
      </View>
    </Screen>
  )
}
