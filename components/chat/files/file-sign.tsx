'use client'

import { Braces, FileText, Image as ImageSign, NotepadText, Presentation, Sheet } from 'lucide-react'

const CODE =
  /\.([cm]?[jt]sx?|py|go|rs|java|kt|swift|c|h|cc|cpp|hpp|cs|rb|php|sh|sql|html?|css|json|ya?ml|toml|xml|vue)$/i

/** The sign of a file, by its kind and, among texts, by the ending people know it by. */
export function FileSign({ name, mediaType, size }: { name: string; mediaType: string; size: number }) {
  const Sign = mediaType.startsWith('image/')
    ? ImageSign
    : mediaType === 'application/pdf' || /\.(doc[xm]?|dot[xm]|odt|wps)$/i.test(name)
      ? FileText
      : CODE.test(name)
        ? Braces
        : /\.(csv|tsv|xls[xmb]?|xlt[xm]|ods|et)$/i.test(name)
          ? Sheet
          : /\.(pp[tsox][xm]?|pot[xm]|odp|dps)$/i.test(name)
            ? Presentation
            : NotepadText
  return <Sign size={size} strokeWidth={1.75} className="flex-none" aria-hidden />
}
