import { ChevronLeft, ChevronRight, Columns2 } from 'lucide-react'
import { fill } from '#lib/i18n/fill.ts'
import { useTexts } from '../chat-context.ts'

/** A message's place among its alternatives. */
export interface Branch {
  index: number
  count: number
  previousId: string | undefined
  nextId: string | undefined
}

/** Which alternative of a message is shown, and the way to the others. */
export function BranchArrows(props: {
  branch: Branch
  /** What there are alternatives of. */
  of: 'question' | 'answer'
  onShow: (id: string) => void
  /** Shows them side by side. */
  onCompare?: () => void
}) {
  const { branch, onShow, onCompare } = props
  const texts = useTexts()
  const { previous, next, branchLabel } = texts[props.of]
  const { index, count, previousId, nextId } = branch
  const values = { index: index + 1, count }
  const arrow = (label: string, id: string | undefined, icon: React.ReactNode) => (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      disabled={id === undefined}
      onClick={() => id !== undefined && onShow(id)}
    >
      {icon}
    </button>
  )
  return (
    <div className="branch-arrows">
      {arrow(previous, previousId, <ChevronLeft size={16} aria-hidden />)}
      <span aria-hidden="true" className="min-w-8 text-center">
        {fill(texts.answer.branch, values)}
      </span>
      <span className="sr-only">{fill(branchLabel, values)}</span>
      {arrow(next, nextId, <ChevronRight size={16} aria-hidden />)}
      {onCompare && (
        <button
          type="button"
          className="icon-button"
          aria-label={texts.answer.compare}
          title={texts.answer.compare}
          onClick={onCompare}
        >
          <Columns2 size={16} aria-hidden />
        </button>
      )}
    </div>
  )
}
