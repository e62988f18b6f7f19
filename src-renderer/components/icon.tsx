// Icons of one family, at one of two sizes and one weight. Always beside words or inside something with a name.

import type { LucideIcon } from 'lucide-react';

interface IconProps {
  readonly of: LucideIcon;
  readonly size?: 14 | 16 | 20;
  readonly className?: string | undefined;
}

export function Icon({ of: Shape, size = 16, className }: IconProps) {
  return (
    <Shape
      size={size}
      strokeWidth={size === 20 ? 1.6 : 1.75}
      className={className}
      aria-hidden
      focusable={false}
    />
  );
}
