import type { Source } from '#lib/chat/citations.ts'

/** Pages of the web, numbered. Whoever follows a link takes nothing along. */
export function PageLinks({ pages }: { pages: readonly Source[] }) {
  return (
    <ol>
      {pages.map(({ url, title, host }) => (
        <li key={url}>
          <a href={url} title={url} target="_blank" rel="noopener noreferrer nofollow">
            {title}
          </a>
          {title !== host && <span className="source-host"> {host}</span>}
        </li>
      ))}
    </ol>
  )
}
