"""Fill a file step by step, by mouse or by keyboard, with JavaScript or without."""

from playwright.sync_api import expect

TITLE = "Une épicerie solidaire de quartier"


def go_on(page, hands, heading: str) -> None:
    """Save the step, and wait for the next one."""
    hands.press(page.get_by_role("button", name="Enregistrer et continuer"))
    page.get_by_role("heading", name=heading, level=1).wait_for()


def fill_organisation(page, hands) -> None:
    """Describe an organisation that the portal doesn't know."""
    page.get_by_role("heading", name="La structure porteuse", level=1).wait_for()
    hands.write(page.get_by_role("textbox", name="Nom de la structure"), "Épicerie des Vergnes")
    hands.pick(page.get_by_label("Famille de l’économie sociale et solidaire"), 1)
    hands.write(page.get_by_role("textbox", name="SIRET"), "732 829 320 00074")
    go_on(page, hands, "L’action")


def fill_action(page, hands) -> None:
    """Say what the action is."""
    hands.write(page.get_by_role("textbox", name="Titre de l’action"), TITLE)
    hands.write(
        page.get_by_role("textbox", name="Résumé"),
        "Une épicerie ouverte à tous, tenue par ses membres.",
    )
    hands.write(
        page.get_by_role("textbox", name="Description"), "Des produits locaux, à prix coûtant."
    )
    hands.set_date(page.get_by_label("Début prévu"), "2027-03-01")
    hands.set_date(page.get_by_label("Fin prévue"), "2027-12-31")
    go_on(page, hands, "Le défi et la mesure")


def fill_measure(page, hands) -> None:
    """Choose a measure and a commune."""
    hands.pick(page.get_by_role("combobox", name="Mesure"), 4)
    hands.tick(page.get_by_role("checkbox", name="Clermont-Ferrand"))
    go_on(page, hands, "Les partenaires et le budget")


def fill_means(page, hands) -> None:
    """Count jobs, expenses and resources."""
    hands.write(page.get_by_role("textbox", name="Emplois créés"), "1,5")
    hands.write(page.get_by_role("textbox", name="Achats"), "10 000")
    hands.write(page.get_by_role("textbox", name="Charges de personnel"), "20 000")
    hands.write(page.get_by_role("textbox", name="Financement demandé"), "12 000,00")
    hands.write(page.get_by_role("textbox", name="Ressources propres"), "10000")
    hands.write(page.get_by_role("textbox", name="Financeur 1"), "Fondation des Vergnes")
    hands.write(page.get_by_role("textbox", name="Montant").first, "8000")
    go_on(page, hands, "Les quatre critères")


def fill_criteria(page, hands) -> None:
    """Assess oneself."""
    for group in page.get_by_role("group", name="Où en êtes-vous").all():
        hands.choose(group, 2)
    go_on(page, hands, "Vérifier et envoyer")


def send(page, hands) -> None:
    """Sign, certify, accept and send."""
    expect(page.get_by_role("heading", name="Votre dossier est complet")).to_be_visible()
    hands.tick(page.get_by_label("La structure porteuse souscrit"))
    hands.tick(page.get_by_label("Je certifie l’exactitude"))
    hands.tick(page.get_by_label("J’ai lu les conditions"))
    hands.press(page.get_by_role("button", name="Envoyer la proposition"))
