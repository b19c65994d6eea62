'use client'

import { useSyncExternalStore } from 'react'
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
      <h1 className="font-semibold text-2xl">{crash.title}</h1>
      <p className="mt-2 max-w-prose text-muted">{crash.text}</p>
      <button type="button" className="button button-primary mt-6" onClick={() => window.location.reload()}>
        {crash.retry}
      </button>
    </main>
  )
}
