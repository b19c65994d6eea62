'use client'

import { useSyncExternalStore } from 'react'
import { Mark } from '#components/ui/mark.tsx'
import { crashTexts } from '#lib/i18n/crash.ts'
import { isLocale } from '#lib/i18n/locale.ts'

const noChange = () => () => undefined

/** The page broke, in the browser or on the server. */
export default function CrashPage() {
  const language = useSyncExternalStore(
    noChange,
    () => document.documentElement.lang,
    () => 'en',
  )
  const crash = crashTexts[isLocale(language) ? language : 'en']
  return (
    <main className="room flex min-h-dvh flex-col items-center justify-center px-6 text-center">
      <Mark size={48} />
      <h1 className="mt-6 text-balance font-semibold text-2xl">{crash.title}</h1>
      <p className="mt-2 max-w-md text-muted">{crash.text}</p>
      <p className="mt-6 flex flex-wrap justify-center gap-3">
        <button type="button" className="button button-primary" onClick={() => window.location.reload()}>
          {crash.retry}
        </button>
        <a className="button" href="/">
          {crash.home}
        </a>
      </p>
    </main>
  )
}
