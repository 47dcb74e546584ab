"""Reading the file mailbox, as Django writes it."""

from django.core.mail import EmailMultiAlternatives, get_connection

from operations.mailbox import read_mailbox


def send(folder, *subjects):
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=folder)
    connection.send_messages(
        [
            EmailMultiAlternatives(subject, f"Здравствуйте!\n\n{subject}\n", "a@example.org", ["b@example.org"])
            for subject in subjects
        ]
    )
    connection.close()


def test_messages_come_newest_first_with_their_words_decoded(tmp_path):
    send(tmp_path, "Код для входа", "Second of the same connection")
    files = [(path.stem, path.read_bytes()) for path in tmp_path.iterdir()]

    mails = read_mailbox([*files, ("20200101-000000-1", b"Subject: Old\nTo: c@example.org\n\nLong ago.\n")])

    assert [mail.subject for mail in mails] == ["Second of the same connection", "Код для входа", "Old"]
    assert mails[1].text == "Здравствуйте!\n\nКод для входа"
    assert (mails[1].recipient, mails[1].key) == ("b@example.org", f"{files[0][0]}-1")
    assert mails[2].key == "20200101-000000-1-1"


def test_an_empty_mailbox_has_no_messages():
    assert read_mailbox([]) == []
