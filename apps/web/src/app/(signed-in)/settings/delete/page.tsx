import { DeletePage } from '../../../../features/settings/delete-page.tsx';

export default function Page() {
  return <DeletePage />;
}
