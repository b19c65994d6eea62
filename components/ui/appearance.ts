/** How the page looks when it arrives; kept in cookies, so that the server sends it right and nothing flashes. */
export const themes = ['system', 'light', 'dark'] as const

export type Theme = (typeof themes)[number]

export const textSizes = ['small', 'normal', 'large', 'largest'] as const

export type TextSize = (typeof textSizes)[number]

export const THEME_COOKIE = 'theme'
export const TEXT_SIZE_COOKIE = 'text-size'
export const SIDEBAR_COOKIE = 'sidebar'
/** The model that was chosen last, percent-encoded; empty for that of the site. */
export const MODEL_COOKIE = 'model'

export function parseTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? 'system'
}

export function parseTextSize(value: string | undefined): TextSize {
  return textSizes.find((size) => size === value) ?? 'normal'
}

/** Keeps a preference for a year. Runs in the browser. */
export function keepPreference(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API exists only on secure origins.
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`
}

/** Shows a theme at once and keeps it. */
export function applyTheme(theme: Theme): void {
  keepPreference(THEME_COOKIE, theme)
  document.documentElement.dataset.theme = theme
}

/** Shows all text in another size at once and keeps it. */
export function applyTextSize(size: TextSize): void {
  keepPreference(TEXT_SIZE_COOKIE, size)
  document.documentElement.dataset.textSize = size
}
