import './load-failed.css'

export interface LoadFailedProps {
  words: string
  /** What the button is called. */
  retry: string
  onRetry: () => void
}

/** Says in a list's place that it could not be loaded, with the button for trying again. */
export function LoadFailed({ words, retry, onRetry }: LoadFailedProps) {
  return (
    <div role="alert" className="load-failed">
      <p>{words}</p>
      <button type="button" className="button" onClick={onRetry}>
        {retry}
      </button>
    </div>
  )
}
