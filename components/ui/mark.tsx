import { useId } from 'react'

/** The mark: a standing mirror, its glass before its tain. Decorative; the name stands beside it. */
export function Mark({ size = 24, className }: { size?: number; className?: string }) {
  // Two marks on a page must not share a gradient: one that is not displayed would take it from the other.
  const id = useId()
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <defs>
        <linearGradient id={`${id}glass`} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="var(--mark-light)" />
          <stop offset=".48" stopColor="var(--mark-mid)" />
          <stop offset=".52" stopColor="var(--mark-shade)" />
          <stop offset="1" stopColor="var(--mark-light)" />
        </linearGradient>
        <linearGradient id={`${id}tain`} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="var(--mark-tain)" />
          <stop offset="1" stopColor="var(--mark-deep)" />
        </linearGradient>
      </defs>
      <rect x="10" y="4" width="17" height="25" rx="8.5" fill={`url(#${id}tain)`} />
      <rect
        x="5"
        y="3"
        width="17"
        height="25"
        rx="8.5"
        fill={`url(#${id}glass)`}
        stroke="#fff"
        strokeOpacity=".55"
        strokeWidth=".8"
      />
      <path
        d="M9.5 16.5 16 8.6M11.5 20.4l6.200-7.600"
        stroke="#fff"
        strokeWidth="1.5"
        strokeLinecap="round"
        opacity=".85"
      />
    </svg>
  )
}
