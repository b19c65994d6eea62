import { ShieldCheck } from 'lucide-react'
import type { Filing } from '#lib/legal/filings.ts'

/** The numbers under which authorities know the site, in their own language; nothing where there are none. */
export function Filings({ filings, className }: { filings: readonly Filing[]; className: string }) {
  if (filings.length === 0) return null
  return (
    <p className={className} lang="zh-CN">
      {filings.map(({ kind, text, href }) => (
        <span key={kind} className="inline-flex items-center gap-1 whitespace-nowrap px-2">
          {kind === 'police' && <ShieldCheck size={14} aria-hidden />}
          {href ? (
            <a className="quiet-link" href={href} target="_blank" rel="noreferrer">
              {text}
            </a>
          ) : (
            text
          )}
        </span>
      ))}
    </p>
  )
}
