import type { MetadataRoute } from 'next'
import { getConfig } from '#lib/config.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { requestLocale } from './request-locale.ts'

/** What the site is called and looks like where it is installed. */
export default async function manifest(): Promise<MetadataRoute.Manifest> {
  const { SITE_NAME } = getConfig()
  const locale = await requestLocale()
  return {
    id: '/',
    name: SITE_NAME,
    short_name: SITE_NAME,
    description: dictionaryOf(locale).meta.description,
    lang: locale,
    start_url: '/',
    display: 'standalone',
    background_color: '#f3f5f8',
    theme_color: '#f3f5f8',
    icons: [
      { src: '/icons/192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icons/512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  }
}
