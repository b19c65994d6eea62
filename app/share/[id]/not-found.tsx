import { Unlink } from 'lucide-react'
import { NothingHere } from '#components/nothing-here.tsx'
import { sharePageTexts } from '#lib/i18n/rooms/sharing.ts'
import { requestLocale } from '../../request-locale.ts'

/** For links that were withdrawn, have expired or never were: all the same, so that nobody learns which ids there have been. */
export default async function ShareGonePage() {
  const sign = <Unlink size={40} className="text-muted" aria-hidden />
  return (
    <div className="flex min-h-[60dvh] flex-col">
      <NothingHere {...sharePageTexts[await requestLocale()].gone} sign={sign} />
    </div>
  )
}
