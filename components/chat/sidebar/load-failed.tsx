'use client'

import { useTexts } from '../chat-context.ts'

/** Says in a list's place that it could not be loaded, with the button for trying again. */
export function LoadFailed({ words, onRetry }: { words: string; onRetry: () => void }) {
  const { search } = useTexts()
  return (
    <div role="alert" className="search-word">
      <p>{words}</p>
      <button type="button" className="button mt-2" onClick={onRetry}>
        {search.retry}
      </button>
    </div>
  )
}
