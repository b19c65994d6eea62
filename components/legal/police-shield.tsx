/**
 * The shield beside the number of the public security filing (公安联网备案): a drawing of our own, neither the authority's image
 * nor anybody's emblem. For the eye alone; the number says what it is.
 */
export function PoliceShield({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden focusable="false" className="shrink-0">
      <path
        d="M12 1.2c2.9 1.9 5.9 2.9 9.2 3.1v7.2c0 5.2-3.4 9-9.2 11.3-5.8-2.3-9.2-6.1-9.2-11.3V4.3C6.1 4.1 9.1 3.1 12 1.2Z"
        fill="oklch(0.76 0.12 85)"
      />
      <path d="M12 3.6c2.3 1.4 4.7 2.2 7.2 2.5v5.4c0 4.2-2.6 7.1-7.2 9.1Z" fill="oklch(0.42 0.13 258)" />
      <path d="M12 3.6C9.7 5 7.3 5.8 4.8 6.1v5.4c0 4.2 2.6 7.1 7.2 9.1Z" fill="oklch(0.52 0.14 258)" />
      <path
        d="M12.00 7.10L13.18 10.18L16.47 10.35L13.90 12.42L14.76 15.60L12.00 13.80L9.24 15.60L10.10 12.42L7.53 10.35L10.82 10.18Z"
        fill="oklch(0.94 0.03 90)"
      />
    </svg>
  )
}
