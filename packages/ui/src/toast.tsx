'use client';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { classNames } from './class-names.ts';

interface Toast {
  id: number;
  tone: 'ok' | 'bad';
  text: string;
}
type ShowToast = (tone: Toast['tone'], text: string) => void;

const ToastContext = createContext<ShowToast>(() => undefined);
// Long enough to read two lines of Japanese; errors that need an action are notices in the page, not toasts.
const VISIBLE_MS = 6000;
const MAX_TOASTS = 3;

/** Shows a short message that goes away by itself. */
export function useToast(): ShowToast {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const nextId = useRef(1);
  const show = useCallback<ShowToast>((tone, text) => {
    setToasts((shown) => [...shown, { id: nextId.current++, tone, text }].slice(-MAX_TOASTS));
  }, []);
  const hide = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  return (
    <ToastContext value={show}>
      {children}
      <div
        aria-live="polite"
        className="no-print pointer-events-none fixed inset-x-0 bottom-20 z-50 grid justify-items-center gap-2 px-4 md:bottom-6"
      >
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onDone={hide} />
        ))}
      </div>
    </ToastContext>
  );
}

function ToastCard({ toast, onDone }: { toast: Toast; onDone: (id: number) => void }) {
  useEffect(() => {
    const timer = setTimeout(() => onDone(toast.id), VISIBLE_MS);
    return () => clearTimeout(timer);
  }, [toast.id, onDone]);
  const Icon = useMemo(() => (toast.tone === 'ok' ? CircleCheck : CircleAlert), [toast.tone]);
  return (
    <p className="flex max-w-md animate-[hikyaku-in_160ms_ease-out] items-center gap-2.5 rounded-md border border-line bg-surface px-4 py-3 font-medium shadow-float">
      <Icon
        aria-hidden="true"
        className={classNames('size-5 shrink-0', toast.tone === 'ok' ? 'text-ok' : 'text-bad')}
      />
      {toast.text}
    </p>
  );
}
