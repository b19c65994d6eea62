import type { ReactNode } from 'react'

export interface IconButtonProps {
  label: string
  className?: string
  disabled?: boolean
  onClick: () => void
  children: ReactNode
}

/** A button that is only its sign, with its name for those who do not see it and those who wonder. */
export function IconButton({ label, className = '', disabled, onClick, children }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
