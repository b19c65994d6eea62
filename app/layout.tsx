import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { parseTheme, THEME_COOKIE } from '#components/ui/appearance.ts'
import { getConfig } from '#lib/config.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
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
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html lang={await requestLocale()} data-theme={theme}>
      <body>{children}</body>
    </html>
  )
}
