import { SvgIcon, type SvgIconProps } from '@mui/material';
import type { ReactNode } from 'react';

interface IconProps {
  /** A path of @mdi/js. */
  path: string;
  fontSize?: SvgIconProps['fontSize'];
}

/** An icon beside a text that says the same; hidden from screen readers. */
export function Icon({ path, fontSize = 'small' }: IconProps): ReactNode {
  return (
    <SvgIcon fontSize={fontSize} aria-hidden>
      <path d={path} />
    </SvgIcon>
  );
}
