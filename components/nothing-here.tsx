import type { Dictionary } from '#lib/i18n/en.ts'
import { Mark } from './ui/mark.tsx'

/** What stands where no page is, with the way back. The foot is the layout's, or that of the page around it. */
export function NothingHere({ texts: { notFound } }: { texts: Pick<Dictionary, 'notFound'> }) {
  return (
    <main className="flex grow flex-col items-center justify-center px-6 py-12 text-center">
      <Mark size={48} />
      <h1 className="mt-6 font-semibold text-2xl">{notFound.title}</h1>
      <p className="mt-2 text-muted">{notFound.text}</p>
      <a className="button mt-6" href="/">
        {notFound.home}
      </a>
    </main>
  )
}
