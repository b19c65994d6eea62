/** Puts values into a text: `fill('Try again in {seconds} s', { seconds: 3 })`. An unknown name stays as it is written. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
