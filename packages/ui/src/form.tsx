'use client';
import { type ComponentProps, useEffect, useRef, useState } from 'react';

type Pressed = HTMLFormElement & { isAlive?: boolean };

/**
 * A form whose fields our scripts read and send. Pressed before they were there (`KEEP_EARLY_PRESSES`), it is sent once they are; where they never come, nothing is sent,
 * least of all by the browser itself into the address line.
 */
export function Form(props: ComponentProps<'form'>) {
  const ref = useRef<Pressed>(null);
  const [isOwed, setIsOwed] = useState(false);
  useEffect(() => {
    const form = ref.current;
    if (!form) return;
    form.isAlive = true;
    setIsOwed(form.ariaBusy === 'true');
    form.ariaBusy = null;
  }, []);
  // A render later: what the form around it learns as the page comes alive, a link's token, is there by then.
  useEffect(() => {
    if (isOwed) ref.current?.requestSubmit();
  }, [isOwed]);
  return <form noValidate method="post" {...props} ref={ref} />;
}
