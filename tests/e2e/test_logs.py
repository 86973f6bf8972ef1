"""Nothing a patient wrote reaches a log."""

from bot.processes import LOGS

SECRET_WORDS = "xylophonist quagmire"


def test_no_log_holds_what_a_patient_wrote(chat, processes):
    chat(f"my {SECRET_WORDS} wants to know what therapy is")
    chat(f"/{SECRET_WORDS}")
    for name in processes:
        assert SECRET_WORDS.split()[0] not in (LOGS / f"{name}.log").read_text()
