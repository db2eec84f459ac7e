import { Button, type ButtonProps } from '@mui/material';
import { useRef, type ReactNode } from 'react';

interface FileButtonProps {
  label: string;
  /** File name endings, as the `accept` attribute takes them. */
  accept?: string;
  onFile: (file: File) => void;
  button?: Pick<ButtonProps, 'variant' | 'color' | 'startIcon'>;
}

/** A button that lets the person choose one file; works by keyboard too. */
export function FileButton({ label, accept, onFile, button }: FileButtonProps): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button size="small" {...button} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        {...(accept !== undefined && { accept })}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file can be chosen again after a change.
          event.target.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
    </>
  );
}
