'use client'

import { useMissing } from '../ui/missing-part.ts'
import { useTexts } from './chat-context.ts'

/** Says that a part of the page is not to be had, and what helps. What is being written is kept when the page loads anew. */
export function MissingPartBar() {
  const { missingPart } = useTexts()
  const missing = useMissing()
  return (
    <div role="status" className="missing-part" data-missing={missing}>
      {missing && <p>{missingPart[missing]}</p>}
      {missing === 'outdated' && (
        <button type="button" className="toast-action" onClick={() => window.location.reload()}>
          {missingPart.reload}
        </button>
      )}
    </div>
  )
}
