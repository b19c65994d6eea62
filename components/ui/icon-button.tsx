import type { ReactNode } from 'react'

export interface IconButtonProps {
  label: string
  className?: string
  disabled?: boolean
  /** Of a button that stays in. */
  isPressed?: boolean
  onClick: () => void
  children: ReactNode
}

/** A button that is only its sign, with its name for those who do not see it and those who wonder. */
export function IconButton({
  label,
  className = '',
  disabled,
  isPressed,
  onClick,
  children,
}: IconButtonProps) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      aria-pressed={isPressed}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
