import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { getConfig } from '#lib/config.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { requestAppearance } from './request-appearance.ts'
import { requestLocale } from './request-locale.ts'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const { SITE_NAME } = getConfig()
  const { meta } = dictionaryOf(await requestLocale())
  return {
    title: { default: SITE_NAME, template: `%s · ${SITE_NAME}` },
    description: meta.description,
    applicationName: SITE_NAME,
    formatDetection: { telephone: false },
  }
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f3f5f8' },
    { media: '(prefers-color-scheme: dark)', color: '#11151a' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { theme, textSize } = await requestAppearance()
  return (
    <html lang={await requestLocale()} data-theme={theme} data-text-size={textSize}>
      <body>{children}</body>
    </html>
  )
}
