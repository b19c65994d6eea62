import type { Filing } from '#lib/legal/filings.ts'
import { PoliceShield } from './police-shield.tsx'

/** The numbers under which authorities know the site, in their own language; nothing where there are none. */
export function Filings({ filings, className }: { filings: readonly Filing[]; className: string }) {
  if (filings.length === 0) return null
  return (
    <p className={`${className} flex flex-wrap items-center justify-center`} lang="zh-CN">
      {filings.map(({ kind, text, href }) => (
        <span key={kind} className="flex items-center px-2">
          {href ? (
            <a
              className="quiet-link inline-flex items-center gap-1"
              href={href}
              target="_blank"
              rel="noreferrer"
            >
              {kind === 'police' && <PoliceShield size={16} />}
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
