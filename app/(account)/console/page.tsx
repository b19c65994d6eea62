import { redirect } from 'next/navigation'
import { noConsole, operatorSession } from './console-page.tsx'

/** Who types the address without a page gets the first of them. */
export default async function ConsoleIndexPage() {
  return (await operatorSession()) ? redirect('/console/people') : noConsole()
}
